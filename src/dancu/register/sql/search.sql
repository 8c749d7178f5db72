-- Words one letter apart are told by the server's own fuzzystrmatch, a trusted extension that the schema's owner may make.
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;

-- Folded names on record that are one slip of the hand from `asked`: one letter more, less or other in one word, two letters
-- exchanged, or a space too many or too few. Names are made of few words, so slips are looked for among words, and the names they give among names.
CREATE FUNCTION register_alike(asked text) RETURNS TABLE (fold text)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
  WITH said AS (SELECT place, word FROM string_to_table(asked, ' ') WITH ORDINALITY AS s (word, place)),
  other AS (
    SELECT s.place, w.word FROM said s JOIN register_word w
      ON length(w.word) BETWEEN length(s.word) - 1 AND length(s.word) + 1 AND levenshtein_less_equal(w.word, s.word, 1) = 1),
  slipped AS (
    SELECT (SELECT string_agg(CASE WHEN s.place = o.place THEN o.word ELSE s.word END, ' ' ORDER BY s.place) FROM said s) AS name
    FROM other o
    UNION SELECT overlay(asked PLACING '' FROM position FOR 1) FROM generate_series(2, length(asked) - 1) AS g (position)
      WHERE substr(asked, position, 1) = ' '
    UNION SELECT overlay(asked PLACING reverse(substr(asked, position, 2)) FROM position FOR 2)
      FROM generate_series(1, length(asked) - 1) AS g (position)
    UNION SELECT left(asked, position) || ' ' || substr(asked, position + 1) FROM generate_series(1, length(asked) - 1) AS g (position))
  SELECT n.fold FROM slipped l JOIN register_name n ON n.fold = l.name::text COLLATE "C" WHERE n.fold <> asked
$$;

-- People called so: by folded name, and where given born between two days (ISO, partial ones stand at their beginning) and living
-- in a commune; `most` at most, the oldest name form first. Slips only where nobody is called exactly so.
CREATE FUNCTION register_find(asked text, born_from text, born_to text, lives_in text, most integer)
RETURNS TABLE (id bigint, pin text, name text, birth_date text, sex smallint, commune text, status text, slip boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT p.id, p.pin::text, p.name, p.birth_date::text, p.sex, p.commune::text, p.status::text, false
    FROM register_person p
    WHERE p.fold = asked COLLATE "C" AND p.birth_date >= coalesce(born_from, '') AND p.birth_date <= coalesce(born_to, '~')
      AND (lives_in IS NULL OR p.commune = lives_in)
    ORDER BY p.fold, p.birth_date LIMIT most;
  IF NOT FOUND THEN
    RETURN QUERY SELECT p.id, p.pin::text, p.name, p.birth_date::text, p.sex, p.commune::text, p.status::text, true
      FROM register_alike(asked) a JOIN register_person p ON p.fold = a.fold
      WHERE p.birth_date >= coalesce(born_from, '') AND p.birth_date <= coalesce(born_to, '~')
        AND (lives_in IS NULL OR p.commune = lives_in)
      LIMIT most;
  END IF;
END $$;

REVOKE ALL ON FUNCTION register_alike(text), register_find(text, text, text, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register_alike(text), register_find(text, text, text, text, integer)
  TO dancu_register, dancu_reader, dancu_web;
