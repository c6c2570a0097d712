package dev.pawl.fencing.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A problem as RFC 9457 writes it, {@code application/problem+json}. Confined to one thread. */
final class Problem {

    private final int status;
    private final Map<String, String> members = new LinkedHashMap<>();

    Problem(int status, String type, String detail) {
        this.status = status;
        members.put("type", "urn:pawl:fencing:" + type);
        members.put("detail", detail);
    }

    /** Numbers are strings too: JavaScript reads no more than 53 bits of one. */
    Problem with(String member, String value) {
        members.put(member, value);
        return this;
    }

    void send(HttpServletResponse response) throws IOException {
        StringBuilder json = new StringBuilder("{\"status\":").append(status);
        members.forEach((name, value) -> json.append(",\"")
                .append(name)
                .append("\":\"")
                .append(escaped(value))
                .append('"'));
        byte[] body = json.append('}').toString().getBytes(StandardCharsets.US_ASCII);
        response.resetBuffer();
        response.setStatus(status);
        response.setContentType("application/problem+json");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static String escaped(String value) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '<') {
                text.append(c);
            } else {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            }
        }
        return text.toString();
    }
}
