package dev.pawl.delay;

import dev.pawl.delay.spi.JobBody;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a body is: a version, headers, and the payload to the end.
 *
 * <pre>
 *   1 byte    version, 1
 *   2 bytes   number of headers
 *   each      2 bytes length and the name in UTF-8, 4 bytes length and the value in UTF-8
 *   the rest  payload
 * </pre>
 */
record Envelope(Map<String, String> headers, JobBody payload) {

    private static final int VERSION = 1;

    JobBody body() {
        if (headers.isEmpty()) {
            byte[] bytes = new byte[3 + payload.size()];
            bytes[0] = VERSION;
            System.arraycopy(payload.bytes(), 0, bytes, 3, payload.size());
            return JobBody.of(bytes);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeShort(headers.size());
            for (Map.Entry<String, String> header : headers.entrySet()) {
                byte[] name = header.getKey().getBytes(StandardCharsets.UTF_8);
                byte[] value = header.getValue().getBytes(StandardCharsets.UTF_8);
                out.writeShort(name.length);
                out.write(name);
                out.writeInt(value.length);
                out.write(value);
            }
            out.write(payload.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return JobBody.of(bytes.toByteArray());
    }

    static Envelope of(JobBody body) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body.bytes()))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IllegalArgumentException("body must be of version " + VERSION + ": version=" + version);
            }
            int count = in.readUnsignedShort();
            Map<String, String> headers = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                String name = text(in, in.readUnsignedShort());
                headers.put(name, text(in, in.readInt()));
            }
            return new Envelope(headers, JobBody.of(in.readAllBytes()));
        } catch (IOException e) {
            throw new IllegalArgumentException("body must hold its headers and payload: bytes=" + body.size(), e);
        }
    }

    private static String text(DataInputStream in, int length) throws IOException {
        if (length < 0 || length > in.available()) {
            throw new IOException("length is beyond the end: length=" + length);
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
