-- Counts, for links at or above a probability: right ones, all of them, rows whose person is registered, and links
-- given to people who are not registered. An alias or a register duplicate of the same person counts as right.
SELECT count(*) FILTER (WHERE l.pin = try_cast(t.pin AS BIGINT)
                           OR list_contains(t.accept_pins, lpad(CAST(l.pin AS VARCHAR), 12, '0'))),
       count(l.row),
       count(*) FILTER (WHERE t.subject_in_register),
       count(l.row) FILTER (WHERE NOT t.subject_in_register)
FROM truth t
LEFT JOIN (SELECT * FROM linked WHERE probability >= $1) l ON l.row = t.row;
