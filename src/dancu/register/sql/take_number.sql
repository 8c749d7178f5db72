-- Takes the first of some candidates that no other transaction is about to give and nobody ever had, for this transaction until
-- it ends. Each statement of a volatile function sees what was committed before it began: the look comes after the lock.
CREATE FUNCTION register_take_number(candidates text[]) RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  candidate text;
BEGIN
  FOREACH candidate IN ARRAY candidates LOOP
    -- The first bits keep these locks apart from every other lock of the program.
    IF pg_try_advisory_xact_lock((1::bigint << 60) | candidate::bigint) THEN
      IF NOT EXISTS (SELECT FROM register_number WHERE pin = candidate) THEN
        RETURN candidate;
      END IF;
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION register_take_number(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register_take_number(text[]) TO dancu_register;
