-- What the pages of an office are found by: its orders by time, records that wait for a number, cards that are on their way.
CREATE INDEX register_order_of_unit ON register_order (unit, recorded_at DESC, id DESC) WHERE unit <> '';
CREATE INDEX register_person_waits ON register_person (id) WHERE status = 'awaiting_number';
CREATE INDEX register_person_requested ON register_person (commune, id) WHERE state @? '$.cards.*.state ? (@ == "requested")';
CREATE INDEX register_person_issued ON register_person (commune, id) WHERE state @? '$.cards.*.state ? (@ == "issued")';
