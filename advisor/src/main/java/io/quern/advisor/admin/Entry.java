package io.quern.advisor.admin;

/**
 * Someone who may enter. Until there are accounts, everyone who knows the password is {@code
 * admin}.
 *
 * @param actor the name that goes into the audit log
 * @param csrf the token that changes must carry; empty if the password came with the request
 */
record Entry(String actor, String csrf) {
    private static final String ADMIN = "admin";

    /** No one in particular, for routes that are open to all. */
    static final Entry STRANGER = new Entry("", "");

    static final Entry WITH_PASSWORD = new Entry(ADMIN, "");

    static Entry session(String csrf) {
        return new Entry(ADMIN, csrf);
    }

    /** Never its token. */
    @Override
    public String toString() {
        return "Entry[" + actor + "]";
    }
}
