-- How far the calls of all nodes over a connection have spent its budget, in microseconds since 1970.

create table call_budget (
  connection text primary key,
  spent_until bigint not null
);
