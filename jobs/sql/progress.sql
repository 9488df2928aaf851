-- One array a column. How far running jobs have come, each only for the claim that says so. A row that is
-- locked meanwhile (its own handler's transaction, its finish) is not waited for: its version is NULL, come again.
WITH given AS MATERIALIZED (
    SELECT g.id, g.fence, g.progress
    FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS g(id, fence, progress)
), mine AS MATERIALIZED (
    SELECT job.id
    FROM job
    JOIN given ON given.id = job.id
    WHERE job.fence = given.fence AND job.state = 'running'
    ORDER BY job.id
    FOR NO KEY UPDATE OF job SKIP LOCKED
), moved AS (
    UPDATE job
    SET progress = given.progress::jsonb, version = job.version + 1
    FROM mine, given
    WHERE job.id = mine.id AND given.id = mine.id AND job.fence = given.fence
    RETURNING job.id, job.version
)
SELECT job.id, moved.version
FROM given
JOIN job ON job.id = given.id AND job.fence = given.fence AND job.state = 'running'
LEFT JOIN moved ON moved.id = job.id
