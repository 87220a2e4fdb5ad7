-- Which destinations of a file were reached, for exports that have several: what was reached is not
-- sent again when another one fails. Only while delivery is tried; the rows go with the staged file.

create table delivered_part (
  run text not null,
  position integer not null,
  part text not null,
  delivered_at text not null,
  primary key (run, position, part)
);
