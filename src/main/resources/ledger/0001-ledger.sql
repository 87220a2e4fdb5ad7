-- Times are UTC text of fixed width, yyyy-MM-ddTHH:mm:ss.SSSZ, so that they sort and read alike in
-- SQLite and PostgreSQL.

create table run (
  id text primary key,
  export text not null,
  flow text not null,
  origin text not null,
  state text not null,
  job_id text,
  vendor_status text,
  progress integer,
  attempts integer not null,
  due_at text not null,
  waiting_for text,
  cancel_requested integer not null,
  requested_at text not null,
  creating_at text,
  job_at text,
  ready_at text,
  staged_at text,
  finished_at text,
  deadline_at text not null,
  failure text,
  failure_message text,
  note text
);

-- One run of an export at a time, whoever asks for it.
create unique index run_one_active on run (export) where finished_at is null;
create index run_by_export on run (export, requested_at);
create index run_unfinished on run (due_at) where finished_at is null;

create table receipt (
  run text not null,
  position integer not null,
  name text not null,
  bytes bigint not null,
  sha256 text not null,
  content_type text,
  path text not null,
  vendor_modified text,
  checks text not null,
  staged_at text not null,
  delivered_at text,
  removed_at text,
  primary key (run, position)
);

create table poll (
  run text not null,
  at text not null,
  vendor_status text,
  status text not null,
  progress integer,
  times integer not null,
  last_at text not null,
  primary key (run, at)
);

create table failure (
  run text not null,
  at text not null,
  state text not null,
  name text not null,
  message text not null,
  final integer not null
);

create index failure_by_run on failure (run, at);

create table skip (
  export text not null,
  at text not null,
  reason text not null,
  primary key (export, at)
);

create table schedule (
  export text primary key,
  cron text not null,
  time_zone text not null,
  last_fire_at text not null
);

create table checkpoint (
  export text primary key,
  token text not null,
  run text not null,
  saved_at text not null
);
