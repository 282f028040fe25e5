package io.haori.model.weights;

/**
 * The fields of one protocol buffer message, walked in the order of the file without building
 * anything: {@code while (fields.next())}, then the value of {@link #number()}'s field, if wanted.
 * Every length is checked against the message around it.
 */
final class ProtobufFields {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED_32 = 5;

  private final FileBytes bytes;
  private final long end;
  private long position;
  private int number;
  private int type;
  private long value;
  private long valueStart;

  /**
   * The message in a range of a file.
   *
   * @param bytes the file
   * @param start offset of the first byte
   * @param end offset after the last byte
   */
  ProtobufFields(FileBytes bytes, long start, long end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** Goes to the next field; false at the end of the message. */
  boolean next() {
    if (position == end) {
      return false;
    }
    long tag = readVarint();
    number = (int) (tag >>> 3);
    type = (int) (tag & 7);
    if (tag >>> 35 != 0 || number == 0) {
      throw bytes.error("has a damaged field before offset " + position);
    }
    switch (type) {
      case VARINT -> value = readVarint();
      case FIXED_64 -> value = readFixed(8);
      case FIXED_32 -> value = readFixed(4);
      case BYTES -> {
        long length = readVarint();
        if (length < 0 || length > end - position) {
          throw bytes.error(
              "has a field of " + Long.toUnsignedString(length) + " bytes at " + position);
        }
        valueStart = position;
        position += length;
      }
      default -> throw bytes.error("has a field of unknown type " + type + " before " + position);
    }
    return true;
  }

  /** Number of the current field. */
  int number() {
    return number;
  }

  /** Whether the current field is a run of bytes: a text, a message, packed numbers. */
  boolean isBytes() {
    return type == BYTES;
  }

  /** Value of the current field, a number. */
  long value() {
    if (type == BYTES) {
      throw bytes.error("has bytes in field " + number + " before " + position + ", not a number");
    }
    return value;
  }

  /** Value of the current field, a message. */
  ProtobufFields message() {
    return new ProtobufFields(bytes, start(), position);
  }

  /** Value of the current field, a text. */
  String text() {
    return bytes.text(start(), position - start());
  }

  /** Offset of the current field's bytes in the file. */
  long start() {
    if (type != BYTES) {
      throw bytes.error("has a number in field " + number + " before " + position + ", not bytes");
    }
    return valueStart;
  }

  /** Number of the current field's bytes. */
  long length() {
    return position - start();
  }

  /** The next of packed numbers, in a message over them made by {@link #message()}. */
  long nextPacked() {
    return readVarint();
  }

  /** Offset of what comes next. */
  long position() {
    return position;
  }

  /** Whether all of the message has been walked. */
  boolean atEnd() {
    return position == end;
  }

  private long readVarint() {
    long result = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (position >= end) {
        throw bytes.error("has a message that ends inside a number at " + position);
      }
      int read = bytes.at(position++);
      result |= (long) (read & 0x7F) << shift;
      if (read < 0x80) {
        return result;
      }
    }
    throw bytes.error("has a number of more than 64 bits before " + position);
  }

  private long readFixed(int length) {
    if (length > end - position) {
      throw bytes.error("has a message that ends inside a number at " + position);
    }
    long result = bytes.littleEndian(position, length);
    position += length;
    return result;
  }
}
