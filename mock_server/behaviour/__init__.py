"""What several resources share: looking up, paging, idempotency, tasks, and how incidents are declared and edited."""
