package dev.pawl.idgen.server;

import java.util.Locale;

/** Reads the value of {@code Content-Type}. */
final class ContentTypes {

    private ContentTypes() {}

    /** Whether it is JSON, with no parameter but the only charset that JSON has. */
    static boolean isJson(String contentType) {
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        if (!parts[0].strip().equals("application/json")) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (!parameter.equals("charset=utf-8") && !parameter.equals("charset=\"utf-8\"")) {
                return false;
            }
        }
        return true;
    }
}
