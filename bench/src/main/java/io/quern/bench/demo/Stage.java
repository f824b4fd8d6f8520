package io.quern.bench.demo;

import io.quern.bench.shop.Shop;
import io.quern.bench.shop.Traffic;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** What the demo plays on: the shop, its database, and Quern between them. */
record Stage(Shop shop, EmbeddedDatabase database, Loop loop) implements Proof.Routes {

    /** Where the application finds its database. */
    String proxiedUrl() {
        return EmbeddedDatabase.jdbcUrl(loop.proxyPort(), EmbeddedDatabase.DATABASE);
    }

    Traffic startTraffic() {
        EmbeddedDatabase.Account account = database.shop();
        return Traffic.start(shop, proxiedUrl(), account.user(), account.password());
    }

    @Override
    public Connection direct() throws SQLException {
        return connect(EmbeddedDatabase.jdbcUrl(database.port(), EmbeddedDatabase.DATABASE));
    }

    @Override
    public Connection proxied() throws SQLException {
        return connect(proxiedUrl());
    }

    private Connection connect(String url) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", database.shop().user());
        properties.setProperty("password", database.shop().password());
        // Nothing here takes long: if it does, the demo must say so and end.
        properties.setProperty("loginTimeout", "10");
        properties.setProperty("socketTimeout", "15");
        return DriverManager.getConnection(url, properties);
    }
}
