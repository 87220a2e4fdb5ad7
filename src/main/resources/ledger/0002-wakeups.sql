-- The tables of the durable timer, one for short steps and one for transfers: a timer that does not
-- know a task of its own table would delete it. The ledger is the truth, these rows only wake it.

create table scheduled_steps (
  task_name text not null,
  task_instance text not null,
  task_data bytea,
  execution_time timestamp with time zone,
  picked boolean not null,
  picked_by text,
  last_success timestamp with time zone,
  last_failure timestamp with time zone,
  consecutive_failures integer,
  last_heartbeat timestamp with time zone,
  version bigint not null,
  priority smallint,
  state text,
  primary key (task_name, task_instance)
);

create index scheduled_steps_due on scheduled_steps (execution_time);
create index scheduled_steps_heartbeat on scheduled_steps (last_heartbeat);

create table scheduled_transfers (
  task_name text not null,
  task_instance text not null,
  task_data bytea,
  execution_time timestamp with time zone,
  picked boolean not null,
  picked_by text,
  last_success timestamp with time zone,
  last_failure timestamp with time zone,
  consecutive_failures integer,
  last_heartbeat timestamp with time zone,
  version bigint not null,
  priority smallint,
  state text,
  primary key (task_name, task_instance)
);

create index scheduled_transfers_due on scheduled_transfers (execution_time);
create index scheduled_transfers_heartbeat on scheduled_transfers (last_heartbeat);
