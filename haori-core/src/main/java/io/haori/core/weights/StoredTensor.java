package io.haori.core.weights;

/**
 * Where a tensor lies in a file: row-major little-endian elements. Whoever makes one has checked
 * that it lies inside the file.
 */
public final class StoredTensor {
  private final DType dtype;
  private final long[] shape;
  private final long offset;

  /**
   * A place in a file.
   *
   * @param dtype type of the elements
   * @param shape lengths of the dimensions
   * @param offset of the first byte, from the start of the file
   */
  public StoredTensor(DType dtype, long[] shape, long offset) {
    this.dtype = dtype;
    this.shape = shape.clone();
    this.offset = offset;
  }

  /** Type of the elements. */
  public DType dtype() {
    return dtype;
  }

  /** Lengths of the dimensions. */
  public long[] shape() {
    return shape.clone();
  }

  /** Of the first byte, from the start of the file. */
  public long offset() {
    return offset;
  }

  /** Offset of the first byte after the elements. */
  public long end() {
    long bytes = dtype.bytes();
    for (long length : shape) {
      bytes *= length;
    }
    return offset + bytes;
  }
}
