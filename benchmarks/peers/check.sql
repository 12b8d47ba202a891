-- Four checks by window queries in DuckDB, limits of check.yaml: overlap (BK01), daily rest between duty periods (WT01, mode
-- shift_gap), weekly rest in weeks from Monday (WT03), ordinary hours in four weeks (WT04).
-- check_duckdb.py puts in the tables, the selection and the zone's offset at a local time.
WITH booked AS (
  SELECT coalesce(s.person_id, b.staff_id) AS person, a.time_kind AS kind, b.booking_id AS id, coalesce(b.break_minutes, 0) * 60 AS pause,
         epoch(b."start") - {offset_start} AS s, epoch(b."end") - {offset_end} AS e
  FROM {bookings} b
  JOIN {activities} a USING (activity_id)
  LEFT JOIN (SELECT staff_id, any_value(person_id) AS person_id FROM {staff} GROUP BY 1) s USING (staff_id)
  WHERE b.status IS DISTINCT FROM 'cancelled'
    AND a.time_kind IN ('work', 'additional', 'overtime', 'emergency_overtime', 'on_call', 'standby')
), horizon AS (
  SELECT epoch(date_trunc('week', min("start"))) AS monday, min("start") AS first FROM {bookings} WHERE status IS DISTINCT FROM 'cancelled'
), walked AS (
  SELECT person, s, max(e) OVER (PARTITION BY person ORDER BY s, e, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach
  FROM booked WHERE kind <> 'standby'
), overlap AS (
  SELECT count(*) AS n FROM walked WHERE s < reach
), daily AS (
  SELECT count(*) AS n FROM walked WHERE s - reach > 4 * 3600 AND s - reach < 11 * 3600
), busy AS (
  SELECT person, s, e, max(e) OVER (PARTITION BY person ORDER BY s, e ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach
  FROM booked
), island AS (
  SELECT person, min(s) AS s, max(e) AS e
  FROM (SELECT *, sum(CASE WHEN s <= reach THEN 0 ELSE 1 END) OVER (PARTITION BY person ORDER BY s, e ROWS UNBOUNDED PRECEDING) AS number FROM busy)
  GROUP BY person, number
), week AS (
  SELECT number, {begin_w} AS begins, {begin_next} AS ends
  FROM (SELECT number, monday + number * 604800 AS w, monday + (number + 1) * 604800 AS next
        FROM horizon, (SELECT unnest(range(0, {weeks})) AS number))
), inside AS (
  SELECT i.person, w.number, w.begins, w.ends, greatest(i.s, w.begins) AS s, least(i.e, w.ends) AS e
  FROM island i JOIN week w ON i.s < w.ends AND i.e > w.begins
), rest AS (
  SELECT person, number, s - coalesce(lag(e) OVER each, begins) AS before, CASE WHEN lead(s) OVER each IS NULL THEN ends - e ELSE 0 END AS after
  FROM inside WINDOW each AS (PARTITION BY person, number ORDER BY s)
), weekly AS (
  SELECT count(*) AS n FROM (SELECT 1 FROM rest GROUP BY person, number HAVING max(greatest(before, after)) < 44 * 3600)
), ordinary AS (
  SELECT person, s, e, pause, max(e) OVER (PARTITION BY person ORDER BY s, e, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach
  FROM booked WHERE kind = 'work'
), fresh AS (
  SELECT person, greatest(s, coalesce(reach, s)) AS s, e, greatest(e - s - pause, 0) / (e - s) AS share FROM ordinary WHERE e > coalesce(reach, s)
), period AS (
  SELECT number // 4 AS number, min(begins) AS begins, max(ends) AS ends FROM week GROUP BY ALL
), four AS (
  SELECT count(*) AS n FROM (
    SELECT 1 FROM fresh f JOIN period p ON f.s < p.ends AND f.e > p.begins
    GROUP BY f.person, p.number HAVING sum((least(f.e, p.ends) - greatest(f.s, p.begins)) * f.share) > 4 * 36 * 3600 + 0.001)
)
SELECT {chosen}
