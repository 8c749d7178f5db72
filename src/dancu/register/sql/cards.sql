-- People of some communes with a card in a state, by commune and id, behind a key. The predicate is that of the partial index.
SELECT state::text FROM register_person
WHERE state @? '$.cards.*.state ? (@ == "{state}")' AND commune = ANY (%(communes)s::text[])
  AND (commune, id) > (%(commune)s, %(after)s)
ORDER BY commune, id LIMIT %(limit)s
