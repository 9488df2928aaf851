-- An order that is not at its end has a job that carries it on, or says why it needs a person.
SELECT o.id, o.number, o.state
FROM orders AS o
WHERE o.state IN ('received', 'secured', 'fulfilling')
  AND o.attention = ''
  AND NOT EXISTS (SELECT FROM job AS j WHERE j.subject = 'order:' || o.id)
ORDER BY o.id
LIMIT $1
