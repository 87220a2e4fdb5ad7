-- Which node is about to tell an alert, so that it is told once however many nodes look.

create table alert_claim (
  run text not null,
  kind text not null,
  at text not null,
  node text not null,
  primary key (run, kind, at)
);
