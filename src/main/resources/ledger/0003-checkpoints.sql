-- What a run asks for (its window) and what the next one continues from (its checkpoint). Both are
-- fixed before the create request; the checkpoint moves only when the run has ended well.

alter table run add column window_from text;
alter table run add column window_to text;
alter table run add column checkpoint_scope text;
alter table run add column checkpoint_used text;
alter table run add column checkpoint_next text;

-- Which of a vendor's files a receipt is of, so that a repeated download skips what is staged.
alter table receipt add column source text;

drop table checkpoint;

create table checkpoint (
  export text not null,
  scope text not null,
  token text not null,
  run text not null,
  saved_at text not null,
  primary key (export, scope)
);

create index run_by_window on run (export, checkpoint_scope, window_to);
