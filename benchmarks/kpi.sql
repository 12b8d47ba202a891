-- The eight key figures by employee and week, then over the whole selection, by hand in DuckDB.
-- The tables are put in by kpi_duckdb.py.
WITH activity AS (
  SELECT activity_id,
         CASE WHEN billing = 'excluded' THEN 3
              WHEN time_kind = 'absence' OR service_type = 'absence' THEN 2
              WHEN billing = 'billable' THEN 0
              WHEN billing = 'non_billable' THEN 1 END AS class
  FROM {activities}
), span AS (
  SELECT staff_id, class, "start" AS s, "end" AS e, date_trunc('week', "start") AS w,
         coalesce(break_minutes, 0) AS pause
  FROM {bookings} JOIN activity USING (activity_id)
  WHERE status <> 'cancelled' AND class < 3
), part AS (
  SELECT staff_id, class, w,
         (epoch(least(e, w + INTERVAL 7 DAY) - s)) * greatest(epoch(e - s) - 60 * pause, 0) / epoch(e - s) / 3600 AS h
  FROM span
  UNION ALL
  SELECT staff_id, class, w + INTERVAL 7 DAY,
         (epoch(e - (w + INTERVAL 7 DAY))) * greatest(epoch(e - s) - 60 * pause, 0) / epoch(e - s) / 3600
  FROM span WHERE e > w + INTERVAL 7 DAY
), ledger AS (
  SELECT staff_id, w,
         sum(h) FILTER (class = 0) AS d, sum(h) FILTER (class = 1) AS n, sum(h) FILTER (class = 2) AS f
  FROM part GROUP BY ALL
), period AS (
  SELECT unnest(generate_series(min(w), max(w), INTERVAL 7 DAY)) AS w FROM ledger
), norm AS (
  SELECT p.w, 40 - 8 * coalesce(sum(r.percent) FILTER (isodow(r.date) < 6), 0) AS normal
  FROM period p LEFT JOIN {red_days} r ON r.date >= p.w AND r.date < p.w + INTERVAL 7 DAY GROUP BY p.w
), employed AS (
  SELECT staff_id, w, normal, any_value(employment_type) AS type,
         sum(employment_rate * (date_diff('day', greatest(coalesce(valid_from, w), w),
             least(coalesce(valid_to, w + INTERVAL 6 DAY), w + INTERVAL 6 DAY)) + 1)) / 7 AS rate
  FROM {staff} JOIN norm ON coalesce(valid_from, DATE '1900-01-01') < w + INTERVAL 7 DAY
                        AND coalesce(valid_to, DATE '2100-01-01') >= w
  GROUP BY staff_id, w, normal
), week AS (
  SELECT staff_id, w, normal, rate, type, normal * rate AS own, coalesce(d, 0) AS d, coalesce(n, 0) AS n, coalesce(f, 0) AS f
  FROM employed LEFT JOIN ledger USING (staff_id, w)
), figure AS (
  SELECT *, f / nullif(own, 0) AS absence_rate, (d + n) / nullif(normal, 0) AS booking_rate,
         (d + n) / nullif(normal, 0) - rate AS difference,
         CASE WHEN type <> 'hourly' THEN d / nullif(own, 0) END AS rate_1a,
         CASE WHEN type <> 'hourly' AND own > f THEN d / (own - f) END AS rate_1b,
         CASE WHEN type <> 'monthly' THEN d / nullif(d + n, 0) END AS rate_2a,
         CASE WHEN type <> 'monthly' AND d + n > f THEN d / (d + n - f) END AS rate_2b
  FROM week
)
SELECT count(*) AS weeks, sum(d) AS billable_h, sum(n) AS non_billable_h, sum(f) AS absence_h,
       sum(own) / sum(normal) FILTER (own IS NOT NULL) AS employment_rate,
       (sum(d) + sum(n)) / sum(normal) AS booking_rate,
       sum(d) FILTER (type <> 'hourly') / sum(own) FILTER (type <> 'hourly') AS billing_rate_1a,
       sum(d) FILTER (type <> 'monthly') / sum(d + n) FILTER (type <> 'monthly') AS billing_rate_2a,
       avg(absence_rate), avg(difference), avg(rate_1a), avg(rate_1b), avg(rate_2a), avg(rate_2b)
FROM figure
