package dev.pawl.idgen.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Bodies that are no request for ids, with what is wrong. Used against the reader and over HTTP. */
final class BadBodies {

    /**
     * A body.
     *
     * @param body its bytes
     * @param type the problem it must be answered with
     */
    record Bad(byte[] body, ProblemType type) {

        @Override
        public String toString() {
            return new String(body, StandardCharsets.ISO_8859_1);
        }
    }

    private BadBodies() {}

    static List<Bad> all() {
        List<Bad> all = new ArrayList<>();
        for (String body : new String[] {
            "",
            " ",
            "null",
            "true",
            "7",
            "\"count\"",
            "[]",
            "[1]",
            "{}",
            "{",
            "}",
            "{\"count\"}",
            "{\"count\":}",
            "{\"count\":null}",
            "{\"count\":true}",
            "{\"count\":\"10\"}",
            "{\"count\":\"\"}",
            "{\"count\":1.0}",
            "{\"count\":1e3}",
            "{\"count\":1E0}",
            "{\"count\":0.5}",
            "{\"count\":[1]}",
            "{\"count\":{}}",
            "{\"count\":1,}",
            "{\"count\":1,\"count\":1}",
            "{\"count\":1,\"count\":2}",
            "{\"count\":1,\"format\":\"x\"}",
            "{\"format\":\"x\",\"count\":1}",
            "{\"Count\":1}",
            "{\"count \":1}",
            "{\"\":1}",
            "{count:1}",
            "{'count':1}",
            "{\"count\":1} ,",
            "{\"count\":1}{\"count\":1}",
            "{\"count\":1}x",
            "{\"count\":01}",
            "{\"count\":00}",
            "{\"count\":+1}",
            "{\"count\":0x10}",
            "{\"count\":NaN}",
            "{\"count\":Infinity}",
            "{\"count\":1_000}",
            "{\"count\":1 000}",
            "{\"count\":--1}",
            "{\"count\":1",
            "/* */{\"count\":1}",
            "{\"count\":1}//",
            "count=1",
            "\u0000",
            "{\"__proto__\":{\"count\":1}}",
            "{\"count\":1}\u0000",
            "{\"count\":12a}",
            "[[[[[[[[[["
        }) {
            all.add(new Bad(body.getBytes(StandardCharsets.UTF_8), ProblemType.INVALID_BODY));
        }
        for (String count : new String[] {
            "0",
            "-1",
            "-0",
            "100001",
            "99999999",
            "2147483648",
            "-2147483648",
            "4294967297",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551617",
            "-9223372036854775809",
            "100000000000000000000000000000000001"
        }) {
            all.add(new Bad(("{\"count\":" + count + "}").getBytes(StandardCharsets.UTF_8), ProblemType.INVALID_COUNT));
        }
        all.add(new Bad(new byte[] {(byte) 0xff, (byte) 0xfe}, ProblemType.INVALID_BODY));
        all.add(new Bad("{\"count\":1}".getBytes(StandardCharsets.UTF_16LE), ProblemType.INVALID_BODY));
        all.add(new Bad("{\"count\":1}".getBytes(StandardCharsets.UTF_16BE), ProblemType.INVALID_BODY));
        all.add(new Bad("\ufeff{\"count\":1}".getBytes(StandardCharsets.UTF_8), ProblemType.INVALID_BODY));
        all.add(new Bad(
                ("{\"count\":" + "9".repeat(16_000) + "}").getBytes(StandardCharsets.UTF_8), ProblemType.INVALID_BODY));
        all.add(new Bad(
                ("{\"" + "x".repeat(16_000) + "\":1}").getBytes(StandardCharsets.UTF_8), ProblemType.INVALID_BODY));
        all.add(new Bad("[".repeat(16_000).getBytes(StandardCharsets.UTF_8), ProblemType.INVALID_BODY));
        return all;
    }
}
