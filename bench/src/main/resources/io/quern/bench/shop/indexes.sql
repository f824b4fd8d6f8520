-- Made after loading, which is faster.
CREATE INDEX orders_created_at ON orders (created_at);
CREATE INDEX events_created_at ON events (created_at);
