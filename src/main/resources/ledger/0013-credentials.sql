-- What the nodes know of the credentials of each connection: who tries them at this moment, so that only
-- one request goes out with credentials that nobody knows to be right, and whether the vendor refused them.
-- The digest is slow and salted; a secret is never kept.

create table credential (
  connection text not null,
  kind text not null,
  tried_by text,
  tried_until text,
  refused_at text,
  digest text,
  said text,
  told_at text,
  primary key (connection, kind)
);
