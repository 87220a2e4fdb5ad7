-- What metrics show is kept, not counted: it changes in the transaction of what it counts. Rows of a
-- name are added up; there are several, so that two transactions seldom wait for the same.

create table counter (
  name text not null,
  shard integer not null,
  value bigint not null,
  primary key (name, shard)
);

-- What runs that are not kept any more had covered, put together where it touches.
create table covered (
  export text not null,
  scope text not null,
  window_from text,
  window_to text not null
);

create index covered_by_export on covered (export, scope);

create index run_finished on run (finished_at, id) where finished_at is not null;
create index checkpoint_by_run on checkpoint (run);
create index skip_by_time on skip (at);

-- Runs that ended before this moment may have been removed.
create table pruned (
  before_at text primary key
);
