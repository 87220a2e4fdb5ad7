-- The nodes that work on this ledger. Leases are told by the database's own clock; lease_until is the
-- text of its time. "settled": what the node carried was given to the others since its lease was over.
create table node (
  id text primary key,
  name text not null,
  host text not null,
  place text not null,
  holder text not null,
  staging text not null,
  started_at text not null,
  lease_until text not null,
  settled integer not null
);

-- Which node carries the transfers of a run, because the files or the beginnings of them are on its disk;
-- null for none. "given_once": the vendor could not give the files a second time.
alter table run add column node text;
alter table run add column given_once integer not null default 0;

create index run_by_node on run (node) where node is not null and finished_at is null;
create index run_given_once on run (id) where given_once = 1 and finished_at is null;

-- Which node's disk a staged file is on; null for a folder that all nodes share, and in old ledgers.
alter table receipt add column node text;

-- What a node may have on its disk of runs that others carry on: removed by that node when it is back.
create table leftover (
  node text not null,
  run text not null,
  primary key (node, run)
);
