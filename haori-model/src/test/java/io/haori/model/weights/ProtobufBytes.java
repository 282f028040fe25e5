package io.haori.model.weights;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes protocol buffer messages field by field. */
final class ProtobufBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  ProtobufBytes number(int field, long value) {
    return varint((long) field << 3).varint(value);
  }

  ProtobufBytes text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtobufBytes message(int field, ProtobufBytes value) {
    return bytes(field, value.toBytes());
  }

  ProtobufBytes bytes(int field, byte[] value) {
    varint(((long) field << 3) | 2).varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  ProtobufBytes varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
    return this;
  }

  ProtobufBytes raw(byte[] value) {
    bytes.writeBytes(value);
    return this;
  }

  int size() {
    return bytes.size();
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }
}
