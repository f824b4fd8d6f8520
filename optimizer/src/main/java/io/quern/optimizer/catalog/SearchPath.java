package io.quern.optimizer.catalog;

import io.quern.optimizer.QualifiedName;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Reads a {@code search_path} setting. */
public final class SearchPath {
    private SearchPath() {}

    /**
     * The schemas of a setting as PostgreSQL writes it ({@code "$user", public}), {@code $user}
     * replaced by the role, {@code pg_temp} left out. As in PostgreSQL, unquoted names are folded
     * to lower case; a schema listed twice counts once.
     */
    public static List<String> effective(String setting, String role) {
        List<String> schemas = new ArrayList<>();
        int i = 0;
        while (i < setting.length()) {
            char c = setting.charAt(i);
            if (c == ',' || isSpace(c)) {
                i++;
                continue;
            }
            StringBuilder name = new StringBuilder();
            if (c == '"') {
                i++;
                while (i < setting.length()) {
                    if (setting.charAt(i) == '"') {
                        if (i + 1 >= setting.length() || setting.charAt(i + 1) != '"') {
                            break;
                        }
                        i++;
                    }
                    name.append(setting.charAt(i++));
                }
                i++;
            } else {
                while (i < setting.length()
                        && setting.charAt(i) != ','
                        && !isSpace(setting.charAt(i))) {
                    name.append(folded(setting.charAt(i++)));
                }
            }
            String schema = name.toString().equals("$user") ? role : name.toString();
            if (!schema.isEmpty() && !schema.equals("pg_temp") && !schemas.contains(schema)) {
                schemas.add(schema);
            }
        }
        return List.copyOf(schemas);
    }

    /**
     * Whether {@code pg_catalog} is searched first, so that no user's function or operator with a
     * built-in one's argument types can stand in for it: it is unless listed further back.
     */
    public static boolean catalogFirst(List<String> searchPath) {
        return searchPath.indexOf("pg_catalog") <= 0;
    }

    /**
     * The schemas as a setting that means them and nothing else, whoever's session it is set in:
     * {@code pg_catalog} for none.
     */
    public static String setting(List<String> schemas) {
        return schemas.isEmpty()
                ? "pg_catalog"
                : schemas.stream().map(QualifiedName::quote).collect(Collectors.joining(", "));
    }

    /** ASCII alone, as PostgreSQL folds in a multi-byte encoding. */
    private static char folded(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0x0b;
    }
}
