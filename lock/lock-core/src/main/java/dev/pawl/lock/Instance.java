package dev.pawl.lock;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ids of sessions: random, and for a named instance with its name and the number of its start in front. */
final class Instance {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,48}");
    private static final Pattern SESSION = Pattern.compile("(.+)-b(\\d+)-[0-9a-z]+");

    private Instance() {}

    static void requireName(String instance) {
        if (!NAME.matcher(instance).matches()) {
            throw new IllegalArgumentException(
                    "instance must be 1 to 48 letters, digits and hyphens: instance=" + instance);
        }
    }

    static String session(String instance, long boot, String random) {
        return instance + "-b" + boot + "-" + random;
    }

    static void requireEarlier(String session, String earlier) {
        Matcher mine = SESSION.matcher(session);
        Matcher theirs = SESSION.matcher(earlier);
        if (!mine.matches()
                || !theirs.matches()
                || !mine.group(1).equals(theirs.group(1))
                || Long.parseLong(theirs.group(2)) >= Long.parseLong(mine.group(2))) {
            throw new IllegalArgumentException(
                    "holder must be an earlier start of this instance: session=" + session + ", holder=" + earlier);
        }
    }
}
