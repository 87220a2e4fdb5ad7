-- Which failures and delays the alert route was told of. What failed before there were alerts is old.

create table alert (
  run text not null,
  kind text not null,
  at text not null,
  sent_at text not null,
  primary key (run, kind, at)
);

create index run_failed on run (finished_at) where state = 'FAILED';

insert into alert (run, kind, at, sent_at)
  select id, 'FAILED', finished_at, finished_at from run
  where state = 'FAILED' and finished_at is not null;
