-- Records that wait for a number and whose birth was registered in one of the communes, oldest first, behind a key.
SELECT state::text FROM register_person
WHERE status = 'awaiting_number' AND id > %(after)s
  AND (%(communes)s::text[] IS NULL OR state -> 'birth_registered_at' ->> 'code' = ANY (%(communes)s::text[]))
ORDER BY id LIMIT %(limit)s
