package io.quern.proxy.backend;

/** Says what is missing when credentials cannot serve what the upstream asks for. */
final class Mismatch {
    private Mismatch() {}

    /**
     * @param asked such as "a password in clear"
     */
    static HostFailure of(String asked, Credentials has, String user) {
        String known =
                switch (has) {
                    case Credentials.None() -> "nothing";
                    case Credentials.Password(String password) -> "only a password";
                    case Credentials.Md5(String hash) -> "only an md5 hash";
                    case Credentials.Scram keys -> "only a SCRAM key";
                };
        return new HostFailure(
                "28000",
                "the upstream asks for "
                        + asked
                        + ", and Quern has "
                        + known
                        + " for user \""
                        + user
                        + "\": put the user with its password into the user list",
                false);
    }
}
