-- The attempt that a run is in: it grows with every move and when a transfer begins, so that what an
-- attempt writes that was given up meanwhile is told from what the present one does.
alter table run add column attempt integer not null default 0;

-- What the vendor had before the create request, and the status code that it answered when its answer
-- did not name the job: by these a lost job is looked for, or given up.
alter table run add column create_mark text;
alter table run add column create_status integer;
