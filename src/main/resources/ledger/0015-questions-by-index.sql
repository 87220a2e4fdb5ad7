-- Every question that is asked often is answered by an index, however many runs the ledger holds. A poll
-- changes nothing that is in an index of run: PostgreSQL then writes the row and no index.

-- When the alert route was told of a run's failure; a run that is delivered again forgets it.
alter table run add column told_at text;

update run set told_at = finished_at
  where state = 'FAILED' and exists (select 1 from alert where alert.run = run.id
    and alert.kind = 'FAILED' and alert.at = run.finished_at);

drop index run_failed;
create index run_untold on run (finished_at) where state = 'FAILED' and told_at is null;

drop index run_by_export;
create index run_by_export on run (export, requested_at, id);
create index run_newest on run (requested_at, id);

-- Runs that are carried on are found by run_one_active, page by page.
drop index run_unfinished;
create index run_transferring on run (id)
  where finished_at is null and state in ('READY', 'STAGED');

create index run_fetched on run (export, requested_at) where ready_at is not null;
create index run_ended on run (export, finished_at, requested_at) where finished_at is not null;
create index run_by_job on run (export, job_id) where job_id is not null;

create index receipt_kept on receipt (staged_at) where removed_at is null;
