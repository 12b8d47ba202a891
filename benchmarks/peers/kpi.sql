-- The eight key figures of the whole selection and of each week, by hand in DuckDB.
-- kpi_duckdb.py puts in the tables, the first and the last Monday, and the zone's offset at a local time.
WITH activity AS (
  SELECT activity_id,
         CASE WHEN billing = 'excluded' THEN 3
              WHEN time_kind = 'absence' OR service_type = 'absence' THEN 2
              WHEN billing = 'billable' THEN 0
              WHEN billing = 'non_billable' THEN 1 END AS class
  FROM {activities}
), span AS (
  SELECT staff_id, class, epoch("start") AS s, epoch("end") AS e, epoch(date_trunc('week', "start")) AS w,
         60 * coalesce(break_minutes, 0) AS pause
  FROM {bookings} JOIN activity USING (activity_id)
  WHERE status <> 'cancelled' AND class < 3
), elapsed AS (
  SELECT staff_id, class, w, e > w + 604800 AS over, pause,
         (e - {offset_e}) - (s - {offset_s}) AS gross,
         (e - {offset_e}) - (w + 604800 - {offset_next}) AS late
  FROM span
), part AS (
  SELECT staff_id, class, w,
         CASE WHEN over THEN gross - late ELSE gross END * greatest(gross - pause, 0) / gross / 3600 AS h
  FROM elapsed
  UNION ALL
  SELECT staff_id, class, w + 604800, late * greatest(gross - pause, 0) / gross / 3600 FROM elapsed WHERE over
), ledger AS (
  SELECT staff_id, to_timestamp(w)::DATE AS w,
         sum(h) FILTER (class = 0) AS d, sum(h) FILTER (class = 1) AS n, sum(h) FILTER (class = 2) AS f
  FROM part GROUP BY ALL
), period AS (
  SELECT unnest(generate_series(DATE '{first}', DATE '{last}', INTERVAL 7 DAY))::DATE AS w
), norm AS (
  SELECT p.w, 40 - 8 * coalesce(sum(r.percent) FILTER (isodow(r.date) < 6), 0) AS normal
  FROM period p LEFT JOIN {red_days} r ON r.date >= p.w AND r.date < p.w + 7 GROUP BY p.w
), employed AS (
  SELECT staff_id, w, normal, any_value(employment_type) AS type,
         CASE WHEN bool_or(employment_rate IS NULL) THEN NULL ELSE
         sum(employment_rate * (date_diff('day', greatest(coalesce(valid_from, w), w),
             least(coalesce(valid_to, w + 6), w + 6)) + 1)) / 7 END AS rate
  FROM {staff} JOIN norm ON coalesce(valid_from, DATE '1900-01-01') < w + 7
                        AND coalesce(valid_to, DATE '2100-01-01') >= w
  GROUP BY staff_id, w, normal
), week AS (
  SELECT staff_id, w, normal, type, normal * rate AS own,
         coalesce(d, 0) AS d, coalesce(n, 0) AS n, coalesce(f, 0) AS f
  FROM employed LEFT JOIN ledger USING (staff_id, w)
)
SELECT w AS week, count(DISTINCT staff_id) AS employees, sum(d) AS billable_h, sum(n) AS non_billable_h,
       sum(f) AS absence_h, sum(own) AS bookable_h, sum(normal) AS normal_h,
       sum(own) / sum(normal) FILTER (own IS NOT NULL) AS employment_rate,
       sum(f) FILTER (own IS NOT NULL) / sum(own) AS absence_rate,
       sum(d + n) / sum(normal) AS booking_rate,
       sum(d + n - own) / sum(normal) FILTER (own IS NOT NULL) AS booking_vs_employment,
       sum(d) FILTER (own IS NOT NULL AND type <> 'hourly') / sum(own) FILTER (type <> 'hourly') AS billing_rate_1a,
       sum(d) FILTER (own IS NOT NULL AND type <> 'hourly')
         / sum(own - f) FILTER (type <> 'hourly') AS billing_rate_1b,
       sum(d) FILTER (type <> 'monthly') / sum(d + n) FILTER (type <> 'monthly') AS billing_rate_2a,
       sum(d) FILTER (type <> 'monthly') / sum(d + n - f) FILTER (type <> 'monthly') AS billing_rate_2b
FROM week GROUP BY GROUPING SETS ((w), ()) ORDER BY w NULLS FIRST
