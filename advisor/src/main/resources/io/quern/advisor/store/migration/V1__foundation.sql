-- What Quern must not forget. Every name is qualified: the search_path is pg_catalog.

create table quern.suggestion (
    id               bigint generated always as identity primary key,
    database         text        not null,
    fingerprint      bigint      not null,
    template         text        not null,
    kind             text        not null,
    -- SHA-256 of the proposal's identity, which may be too long for an index
    identity_digest  bytea       not null,
    proposal         jsonb       not null,
    evidence         jsonb       not null,
    state            text        not null
        check (state in ('PROPOSED', 'APPROVED', 'TRIAL', 'ON', 'REJECTED', 'RETIRED')),
    reason           text        not null,
    created_at       timestamptz not null,
    changed_at       timestamptz not null,
    unique (database, fingerprint, kind, identity_digest)
);

create table quern.audit (
    id          bigint generated always as identity primary key,
    at          timestamptz not null,
    actor       text        not null,
    action      text        not null,
    -- 0 for the kill switch
    suggestion  bigint      not null,
    detail      text        not null
);

create index audit_at on quern.audit (at);

-- one row, there from the start
create table quern.kill_switch (
    single  boolean primary key default true check (single),
    killed  boolean not null
);

insert into quern.kill_switch (killed) values (false);

-- the text of each template once, not in each row of history
create table quern.template (
    database     text        not null,
    fingerprint  bigint      not null,
    text         text        not null,
    last_seen    timestamptz not null,
    primary key (database, fingerprint)
);

create table quern.history (
    bucket        timestamptz      not null,
    -- which proxy measured it
    writer        uuid             not null,
    database      text             not null,
    fingerprint   bigint           not null,
    suggestion    bigint           not null,
    arm           text             not null check (arm in ('NONE', 'CONTROL', 'TREATMENT')),
    count         bigint           not null,
    errors        bigint           not null,
    rows          bigint           not null,
    total_millis  double precision not null,
    -- microseconds, HdrHistogram's compressed encoding
    histogram     bytea            not null,
    primary key (bucket, writer, database, fingerprint, suggestion, arm)
);
