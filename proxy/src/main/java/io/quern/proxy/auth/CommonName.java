package io.quern.proxy.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** The common name in the subject of a certificate. */
final class CommonName {

    /** Empty if it has none, several, or one that is no text. */
    static Optional<String> of(X500Principal subject) {
        try {
            List<Object> names = new ArrayList<>();
            for (Rdn part : new LdapName(subject.getName()).getRdns()) {
                Attribute name = part.toAttributes().get("CN");
                for (int i = 0; name != null && i < name.size(); i++) {
                    names.add(name.get(i));
                }
            }
            return names.size() == 1 && names.getFirst() instanceof String name
                    ? Optional.of(name)
                    : Optional.empty();
        } catch (InvalidNameException unreadable) {
            return Optional.empty();
        } catch (NamingException impossible) {
            throw new IllegalStateException("cannot read a subject's attributes", impossible);
        }
    }

    private CommonName() {}
}
