-- Since when a schedule has been as it is: what it would have meant before is not missed.

alter table schedule add column known_since text;

update schedule set known_since = last_fire_at;
