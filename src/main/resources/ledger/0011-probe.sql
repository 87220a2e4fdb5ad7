-- One row that health writes again and again: a ledger that can be read and not written is down.

create table probe (
  id text primary key,
  at text not null
);
