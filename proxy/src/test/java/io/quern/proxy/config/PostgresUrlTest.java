package io.quern.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

class PostgresUrlTest {
    @Test
    void readsBothKindsOfUrl() {
        PostgresUrl url = read("postgresql://quern:s%2Bcret@db.example:5433/shop?sslmode=require");
        assertThat(url.hosts()).containsExactly(new Address("db.example", 5433));
        assertThat(url.database()).isEqualTo("shop");
        assertThat(url.user()).isEqualTo("quern");
        assertThat(url.password()).isEqualTo("s+cret");
        assertThat(url.ssl().mode()).isEqualTo("require");
        assertThat(
                        read(
                                "jdbc:postgresql://db.example:5433/shop"
                                        + "?user=quern&password=s+cret&sslmode=require"))
                .isEqualTo(url);
        assertThat(url.toString()).doesNotContain("cret");
    }

    @Test
    void hasDefaults() {
        PostgresUrl url = read("postgres://ann@db");
        assertThat(url.hosts()).containsExactly(new Address("db", 5432));
        assertThat(url.database()).isEqualTo("ann");
        assertThat(url.password()).isEmpty();
        assertThat(url.ssl().mode()).isEqualTo("prefer");
        assertThat(url.target()).isEqualTo(TargetSession.ANY);
        assertThat(url.shuffled()).isFalse();
        assertThat(url.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "u@a,b/db|a:5432,b:5432",
                "u@a:1,b:2/db|a:1,b:2",
                "u@a:1,[::1],[fe80::1]:3/db|a:1,[::1]:5432,[fe80::1]:3",
                "u@/db?host=a,b&port=7|a:7,b:7",
                "u@/db?host=a,b&port=7,8|a:7,b:8",
                "u@my_db:9|my_db:9",
                "u:p@ss@a/db|a:5432",
                "a:1/db?user=u|a:1"
            })
    void readsSeveralHosts(String rest, String where) {
        assertThat(read("postgresql://" + rest).where()).isEqualTo(where);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "target_session_attrs=read-write|READ_WRITE|primary",
                "target_session_attrs=read-only|READ_ONLY|secondary",
                "target_session_attrs=primary|PRIMARY|primary",
                "target_session_attrs=standby|STANDBY|secondary",
                "target_session_attrs=prefer-standby|PREFER_STANDBY|preferSecondary",
                "targetServerType=any|ANY|any",
                "targetServerType=master|PRIMARY|primary",
                "targetServerType=secondary|STANDBY|secondary",
                "targetServerType=preferSecondary|PREFER_STANDBY|preferSecondary"
            })
    void translatesWhichServerWillDo(String parameter, TargetSession target, String jdbc) {
        PostgresUrl url = read("postgresql://u@a,b/db?" + parameter);
        assertThat(url.target()).isEqualTo(target);
        assertThat(url.properties().getProperty("targetServerType")).isEqualTo(jdbc);
    }

    @Test
    void translatesTheRestForTheDriver() {
        PostgresUrl url =
                read(
                        "postgresql://u:p@a,b:2/d%20b?load_balance_hosts=random&connect_timeout=3"
                                + "&sslmode=verify-full&sslrootcert=r.pem&sslcert=c.pem&sslkey=k.pem"
                                + "&application_name=me&gssencmode=disable&keepalives=1");
        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://a:5432,b:2/d%20b");
        assertThat(url.properties())
                .containsEntry("loadBalanceHosts", "true")
                .containsEntry("connectTimeout", "3")
                .containsEntry("loginTimeout", "9")
                .containsEntry("sslrootcert", "r.pem")
                .containsEntry("sslcert", "c.pem")
                .containsEntry("sslkey", "k.pem")
                .containsEntry("ApplicationName", "me");
        assertThat(read("postgresql://u@a?sslrootcert=system").ssl().mode())
                .isEqualTo("verify-full");
        assertThat(read("jdbc:postgresql://a/d?user=u&ssl=true").ssl().mode())
                .isEqualTo("verify-full");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "options=-c%20search_path%3Dx",
                "keepalives_idle=5",
                "passfile=x",
                "service=x",
                "requirepeer=x",
                "channel_binding=require",
                "gssencmode=require",
                "client_encoding=LATIN1",
                "sslcrl=x",
                "hostaddr=10.0.0.1",
                "socketTimeout=3",
                "prepareThreshold=0",
                "sslfactory=x"
            })
    void refusesAParameterThatItWouldIgnore(String parameter) {
        String name = parameter.substring(0, parameter.indexOf('='));
        assertThatThrownBy(() -> read("postgresql://u@h/d?" + parameter))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessage(
                        "upstream: the URL has a parameter that Quern does not support: " + name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mysql://u:hush@h/db|is not postgresql://",
                "hush|is not postgresql://",
                "''|is not postgresql://",
                "postgresql://:hush@h/db|names no user",
                "postgresql://h/db|names no user",
                "postgresql://u:hush hush@h/db|malformed at character 19",
                "postgresql://u:hush%@h/db|malformed at character 19",
                "postgresql://u:hush@h:99999/db|between 1 and 65535",
                "postgresql://u:hush@h:0/db|between 1 and 65535",
                "postgresql://u:hush@h:port/db|no valid host",
                "postgresql://u:hush@/db|no valid host",
                "postgresql://u:hush@h1,,h2/db|no valid host",
                "postgresql://u:hush@::1/db|no valid host",
                "postgresql://u:hu/sh@h/db|names no user",
                "postgresql://u:hush@h1,h2,h3/db?port=1,2|3 hosts, but 2 ports",
                "postgresql://u:hush@/db?host=/tmp|Unix socket",
                "postgresql://u:hush@h/db?sslmode=perhaps|sslmode",
                "postgresql://u:hush@h/db?sslcert=c.pem|both are needed",
                "postgresql://u:hush@h/db?sslmode=verify-ca&sslcert=c&sslkey=k|sslrootcert",
                "postgresql://u:hush@h/db?target_session_attrs=hush|target_session_attrs",
                "postgresql://u:hush@h/db?targetServerType=preferPrimary|target_session_attrs",
                "postgresql://u:hush@h/db?load_balance_hosts=hush|load_balance_hosts",
                "postgresql://u:hush@h/db?connect_timeout=0|connect_timeout",
                "postgresql://u:hush@h/db?sslmode=prefer&sslmode=hush|twice: sslmode",
                "postgresql://u@h/db?hush%20hush|no word"
            })
    void aBadUrlIsOneLineWithoutItsSecrets(String url, String message) {
        assertThatThrownBy(() -> read(url))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageStartingWith("upstream: the URL ")
                .hasMessageContaining(message)
                .hasMessageNotContaining("hush")
                .message()
                .hasLineCount(1);
    }

    @Property
    void whateverTheLoginIsItComesBack(
            @ForAll("words") String user,
            @ForAll("words") String password,
            @ForAll("words") String database) {
        PostgresUrl url =
                read(
                        "postgresql://"
                                + encoded(user)
                                + ":"
                                + encoded(password)
                                + "@a:1,b/"
                                + encoded(database));
        assertThat(List.of(url.user(), url.password(), url.database()))
                .containsExactly(user, password, database);
        assertThat(
                        read(
                                "jdbc:postgresql://a:1,b/"
                                        + encoded(database)
                                        + "?user="
                                        + encoded(user)
                                        + "&password="
                                        + encoded(password)))
                .isEqualTo(url);
    }

    /** What Quern hands the driver, the driver reads as it was meant. */
    @Property
    void theDriverReadsTheSameHostsAndDatabase(
            @ForAll("hosts") List<Address> hosts, @ForAll("words") String database) {
        PostgresUrl url =
                new PostgresUrl(
                        hosts,
                        database,
                        "u",
                        "p",
                        read("postgresql://u@h").ssl(),
                        TargetSession.ANY,
                        false,
                        Duration.ofSeconds(1),
                        "");
        Properties read = Objects.requireNonNull(Driver.parseURL(url.jdbcUrl(), new Properties()));
        assertThat(read.getProperty("PGDBNAME")).isEqualTo(database);
        assertThat(read.getProperty("PGHOST").split(",", -1))
                .containsExactlyElementsOf(
                        hosts.stream()
                                .map(h -> h.host().contains(":") ? "[" + h.host() + "]" : h.host())
                                .toList());
        assertThat(read.getProperty("PGPORT").split(",", -1))
                .containsExactlyElementsOf(
                        hosts.stream().map(h -> Integer.toString(h.port())).toList());
    }

    /** A URL that is read is read whole; one that is not costs one line without its text. */
    @Property
    void garbageIsOneLine(@ForAll String garbage) {
        String secret = "hush" + garbage.length();
        try {
            read("postgresql://u:" + secret + "@" + garbage);
        } catch (InvalidConfiguration e) {
            assertThat(e).hasMessageStartingWith("upstream: ").hasMessageNotContaining(secret);
            assertThat(Objects.requireNonNull(e.getMessage()).lines()).hasSize(1);
        }
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.strings()
                .withCharRange(' ', '~')
                .withChars("äß漢€")
                .ofMinLength(1)
                .ofMaxLength(12);
    }

    @Provide
    Arbitrary<List<Address>> hosts() {
        Arbitrary<String> names = Arbitraries.of("db", "db.example", "10.1.2.3", "::1", "fe80::7");
        return names.flatMap(
                        name ->
                                Arbitraries.integers()
                                        .between(1, 65_535)
                                        .map(port -> new Address(name, port)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    private static PostgresUrl read(String url) {
        return PostgresUrl.parse("upstream", url);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
