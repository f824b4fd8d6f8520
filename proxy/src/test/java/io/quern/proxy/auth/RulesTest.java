package io.quern.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

class RulesTest {
    private static final List<String> RULES =
            List.of(
                    "deny 10.6.6.6",
                    "allow 10.0.0.0/8 user=app,report database=shop",
                    "allow 2001:db8::/32 tls",
                    "deny all user=mallory",
                    "allow  192.168.1.0/24   database=all");

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, app, shop, false, true",
        "10.1.2.3, report, shop, false, true",
        "10.6.6.6, app, shop, false, false",
        "10.1.2.3, other, shop, false, false",
        "10.1.2.3, app, other, false, false",
        "11.0.0.1, app, shop, false, false",
        "2001:db8::1, app, any, true, true",
        "2001:db8::1, app, any, false, false",
        "2001:db9::1, app, any, true, false",
        "192.168.1.255, mallory, any, true, false",
        "192.168.1.255, alice, any, false, true",
        "192.168.2.0, alice, any, false, false",
    })
    void theFirstRuleThatFitsDecides(
            String address, String user, String database, boolean tls, boolean allowed) {
        assertThat(
                        Rules.parse(RULES)
                                .denial(
                                        LoginScript.peer(address, tls),
                                        LoginScript.startup(user, database)))
                .matches(denial -> denial.isEmpty() == allowed, "as expected");
    }

    @Test
    void aDenialIsInPostgresqlsWords() {
        Rules rules = Rules.parse(List.of("deny 10.0.0.0/8", "allow 127.0.0.1 tls"));
        assertThat(
                        rules.denial(
                                LoginScript.peer("10.1.2.3", true),
                                LoginScript.startup("app", "shop")))
                .contains(
                        "quern.auth.rules rejects connection for host \"10.1.2.3\", user \"app\","
                                + " database \"shop\", SSL encryption");
        assertThat(
                        rules.denial(
                                LoginScript.peer("127.0.0.1", false),
                                LoginScript.startup("app", "shop")))
                .contains(
                        "no quern.auth.rules entry for host \"127.0.0.1\", user \"app\","
                                + " database \"shop\", no encryption");
    }

    @Test
    void withoutRulesEverybodyMayTry() {
        assertThat(Rules.none().denial(LoginScript.PLAIN, LoginScript.startup("a", "b"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "permit all",
                "allow 10.0.0.0/33",
                "allow 10.0.0.0/-1",
                "allow 10.0.0.0/08",
                "allow 10.0.0.0/",
                "allow 10.0.0.1/8",
                "allow 10.0.0",
                "allow 10.0.0.256",
                "allow 010.0.0.1",
                "allow example.com",
                "allow ::1/129",
                "allow fe80::1%eth0",
                "allow [::1]",
                "allow ::ffff:10.0.0.0/90",
                "allow :::1",
                "allow all 10.0.0.0/8",
                "allow all user=",
                "allow all user=a,,b",
                "allow all user=a user=b",
                "allow all role=a",
                "allow all tls tls",
            })
    void whatIsNoRuleIsRefusedInOneLineThatQuotesIt(String rule) {
        assertThatThrownBy(() -> Rules.parse(List.of(rule)))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .startsWith("rule \"" + rule + "\": ")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, ::1, false",
        "::/0, ::1, true",
        "10.128.0.0/9, 10.127.255.255, false",
        "10.128.0.0/9, 10.128.0.0, true",
        "10.0.0.1/32, 10.0.0.1, true",
        "10.0.0.1/32, 10.0.0.0, false",
        "2001:db8:0:8000::/49, 2001:db8:0:8000::1, true",
        "2001:db8:0:8000::/49, 2001:db8:0:7fff::1, false",
        "::ffff:10.0.0.0/104, 10.255.0.1, true",
        "::ffff:10.0.0.0/104, 11.0.0.0, false",
        "::ffff:a00:1, 10.0.0.1, true",
    })
    void aNetworkHoldsTheAddressesOfItsPrefix(String network, String address, boolean holds) {
        assertThat(Network.parse(network).contains(InetAddress.ofLiteral(address)))
                .isEqualTo(holds);
    }

    @Test
    void anAddressMappedIntoIpv6IsTheSameAddress() throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3};
        InetAddress address = Inet6Address.getByAddress(null, mapped, -1);
        assertThat(address).isInstanceOf(Inet6Address.class);
        assertThat(Network.parse("10.1.0.0/16").contains(address)).isTrue();
        assertThat(Network.parse("10.2.0.0/16").contains(address)).isFalse();
        assertThat(Network.parse("::/0").contains(address)).isFalse();
    }
}
