package dev.pawl.fencing;

import dev.pawl.fencing.FencingToken.Kind;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The text form of tokens: {@code 1;exclusive;<value>;<issuer>}, {@code 1;permit;<value>;<floor>;<issuer>}. */
final class TokenText {

    private static final String VERSION = "1";
    private static final int GREATEST_ISSUER = 1024;
    /** What every character may become three of, and room for the numbers. */
    private static final int GREATEST_TEXT = 3200;

    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private TokenText() {}

    /** Returns the issuer, if it may be one. */
    static String requireIssuer(String issuer) {
        return requireLength("issuer", issuer, GREATEST_ISSUER);
    }

    /** Returns the text, if it is of 1 to so many bytes of UTF-8. */
    static String requireLength(String what, String text, int greatest) {
        int length = isAscii(text) ? text.length() : utf8(what, text).length;
        if (length < 1 || length > greatest) {
            throw new IllegalArgumentException(
                    what + " must be 1 to " + greatest + " bytes of UTF-8: length=" + length);
        }
        return text;
    }

    /** Every token asks this of its issuer, which is nearly always true: without a copy of the text. */
    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 128) {
                return false;
            }
        }
        return true;
    }

    /** One segment of an issuer: without a slash. */
    static String segment(String name) {
        return name.replace("%", "%25").replace("/", "%2F");
    }

    static String write(FencingToken token) {
        String kind = token.kind().name().toLowerCase(Locale.ROOT);
        String numbers = token.kind() == Kind.PERMIT ? token.value() + ";" + token.floor() : "" + token.value();
        return VERSION + ';' + kind + ';' + numbers + ';' + encode(token.issuer());
    }

    static FencingToken read(String text) {
        if (text.length() > GREATEST_TEXT) {
            throw new IllegalArgumentException(
                    "a token's text must be at most 3200 characters long: length=" + text.length());
        }
        String[] parts = text.split(";", -1);
        if (!parts[0].equals(VERSION)) {
            throw new IllegalArgumentException(
                    "a token's text must begin with the known version 1: text=" + shown(text));
        }
        FencingToken token;
        try {
            token = token(parts);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not the text of a token: text=" + shown(text), e);
        }
        // One text only for each token: no leading zeros, no needless or lower-case escapes.
        if (!write(token).equals(text)) {
            throw new IllegalArgumentException("not the text of a token: text=" + shown(text));
        }
        return token;
    }

    private static FencingToken token(String[] parts) {
        if (parts.length == 5 && parts[1].equals("permit")) {
            return FencingToken.permit(decode(parts[4]), Long.parseLong(parts[2]), Long.parseLong(parts[3]));
        }
        if (parts.length == 4 && parts[1].equals("exclusive")) {
            return FencingToken.exclusive(decode(parts[3]), Long.parseLong(parts[2]));
        }
        if (parts.length == 4 && parts[1].equals("read")) {
            return FencingToken.read(decode(parts[3]), Long.parseLong(parts[2]));
        }
        throw new IllegalArgumentException("unknown kind or number of parts");
    }

    /** Every byte but letters, digits and {@code -._~/} in percent-encoding. */
    static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : utf8("text", text)) {
            if (b > 0 && UNRESERVED.indexOf(b) >= 0) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX[b >> 4 & 15]).append(HEX[b & 15]);
            }
        }
        return encoded.toString();
    }

    /** What {@link #encode} has encoded. */
    static String decode(String encoded) {
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%' && i + 2 < encoded.length()) {
                bytes.put((byte) Integer.parseInt(encoded, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.put((byte) c);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the issuer is not UTF-8", e);
        }
    }

    private static byte[] utf8(String what, String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] array = new byte[bytes.remaining()];
            bytes.get(array);
            return array;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(what + " must be valid Unicode", e);
        }
    }

    /** Text from outside, fit for a message. */
    static String shown(String text) {
        String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
        return printable.length() <= 64 ? printable : printable.substring(0, 64) + "...";
    }
}
