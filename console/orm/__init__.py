"""Django's PostgreSQL, with an end to how many connections one process opens. The setting is ENGINE."""
