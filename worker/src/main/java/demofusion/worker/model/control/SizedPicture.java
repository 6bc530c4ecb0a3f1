package demofusion.worker.model.control;

import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.picture.ChainedAxis;
import demofusion.protocol.picture.PillowResizing;
import demofusion.protocol.picture.ResizingKernel;
import demofusion.protocol.work.ControlPicture;
import demofusion.protocol.work.ControlPicture.Filter;
import demofusion.protocol.work.ControlPicture.Resizing;
import demofusion.protocol.work.PixelCut;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A picture as a phase sees it (conditioning section 2.3), of which only those pixels are computed
 * that a view looks at; each has the same bits in every cut.
 */
final class SizedPicture {
  private static final int COLOURS = 3;
  private static final int WHITE = 255;
  private static final int MASKED = 128;

  /** Resized bytes of so many pixels are made once for all cuts. */
  private static final long MOST_KEPT = 1L << 22;

  private final BytePicture file;
  private final @Nullable BytePicture mask;
  private final @Nullable PillowResizing resizing;
  private final @Nullable BytePicture resized;
  private final PixelExtent extent;
  private final ChainedAxis rows;
  private final ChainedAxis columns;

  SizedPicture(BytePicture file, @Nullable BytePicture mask, ControlPicture picture) {
    List<Resizing> sizes = picture.resizings();
    boolean isOfBytes = sizes.get(0).filter() == Filter.LANCZOS;
    PixelExtent base = isOfBytes ? sizes.get(0).to() : file.extent();
    List<Resizing> cubic = isOfBytes ? sizes.subList(1, sizes.size()) : sizes;
    this.file = file;
    this.mask = mask;
    this.extent = picture.extent();
    this.rows =
        ChainedAxis.of(
            base.height(), cubic.stream().mapToInt(size -> size.to().height()).toArray());
    this.columns =
        ChainedAxis.of(base.width(), cubic.stream().mapToInt(size -> size.to().width()).toArray());
    if (!isOfBytes || base.equals(file.extent())) {
      this.resizing = null;
      this.resized = file;
    } else {
      this.resizing =
          new PillowResizing(file.extent(), base, file.channels(), ResizingKernel.LANCZOS);
      this.resized =
          base.area() > MOST_KEPT
              ? null
              : new BytePicture(base, file.channels(), resizing.whole(file.pixels()));
    }
  }

  /** That it takes beside the picture that it was made of. */
  long bytes() {
    return resizing == null || resized == null ? 0 : resized.pixels().length;
  }

  /** Whether it was made of these very bytes. */
  @SuppressWarnings("ReferenceEquality") // megabytes, which are not compared value by value
  boolean isOf(BytePicture otherFile, @Nullable BytePicture otherMask) {
    return file == otherFile && mask == otherMask;
  }

  /**
   * Pixels of it in [0, 1] or a little beyond; −1 where the mask is, 0 outside.
   *
   * @param blueFirst whether the colours are turned round
   * @param into (3, height, width) from {@code at} on, all zeros
   */
  void cut(PixelCut cut, boolean blueFirst, float[] into, int at) {
    Span down = Span.of(cut.top(), cut.step(), cut.height(), extent.height());
    Span across = Span.of(cut.left(), cut.step(), cut.width(), extent.width());
    if (down.count() == 0 || across.count() == 0) {
      return;
    }
    float[] lines = lines(down, across);
    int top = firstOf(rows, down);
    int plane = cut.height() * cut.width();
    for (int channel = 0; channel < COLOURS; channel++) {
      int to = at + (blueFirst ? COLOURS - 1 - channel : channel) * plane;
      for (int m = 0; m < down.count(); m++) {
        int line = to + (down.from() + m) * cut.width() + across.from();
        for (int n = 0; n < across.count(); n++) {
          into[line + n] =
              rows.sample(
                  down.at(m), lines, channel * across.count() + n, top, COLOURS * across.count());
        }
      }
    }
    if (mask != null) {
      putMask(mask, down, across, cut, into, at);
    }
  }

  /**
   * Those rows of the bytes that are needed, each with the columns that are looked at.
   *
   * @return (rows, 3, columns)
   */
  private float[] lines(Span down, Span across) {
    int top = firstOf(rows, down);
    int bottom = lastOf(rows, down);
    int left = firstOf(columns, across);
    int right = lastOf(columns, across);
    BytePicture bytes = resized;
    int rowBase = 0;
    int columnBase = 0;
    if (bytes == null) {
      bytes = window(top, left, bottom - top, right - left);
      rowBase = top;
      columnBase = left;
    }
    float[] lines = new float[Math.multiplyExact(bottom - top, COLOURS * across.count())];
    float[] line = new float[right - left];
    for (int row = top; row < bottom; row++) {
      for (int channel = 0; channel < COLOURS; channel++) {
        for (int column = left; column < right; column++) {
          byte sample = bytes.pixels()[bytes.at(row - rowBase, column - columnBase, channel)];
          line[column - left] = (sample & WHITE) / (float) WHITE;
        }
        int to = ((row - top) * COLOURS + channel) * across.count();
        for (int n = 0; n < across.count(); n++) {
          lines[to + n] = columns.sample(across.at(n), line, 0, left, 1);
        }
      }
    }
    return lines;
  }

  private BytePicture window(int top, int left, int height, int width) {
    if (resizing == null) {
      throw new IllegalStateException("nothing is resized");
    }
    return new BytePicture(
        new PixelExtent(width, height),
        file.channels(),
        resizing.window(file.pixels(), top, left, height, width));
  }

  /**
   * Of what a span is made. Not every sample begins behind the one before: one that lies on a
   * sample of the size before is made of that alone, its neighbour of what is around it too.
   */
  private static int firstOf(ChainedAxis axis, Span span) {
    int first = Integer.MAX_VALUE;
    for (int n = 0; n < span.count(); n++) {
      first = Math.min(first, axis.first(span.at(n)));
    }
    return first;
  }

  private static int lastOf(ChainedAxis axis, Span span) {
    int last = 0;
    for (int n = 0; n < span.count(); n++) {
      last = Math.max(last, axis.end(span.at(n)));
    }
    return last;
  }

  /** A pixel is masked where any pixel of the mask that lies in it is (section 5.6). */
  private void putMask(
      BytePicture marks, Span down, Span across, PixelCut cut, float[] into, int at) {
    int plane = cut.height() * cut.width();
    for (int m = 0; m < down.count(); m++) {
      for (int n = 0; n < across.count(); n++) {
        if (isMasked(marks, down.at(m), across.at(n))) {
          int to = at + (down.from() + m) * cut.width() + across.from() + n;
          for (int channel = 0; channel < COLOURS; channel++) {
            into[to + channel * plane] = -1;
          }
        }
      }
    }
  }

  private boolean isMasked(BytePicture marks, int y, int x) {
    int height = marks.extent().height();
    int width = marks.extent().width();
    int bottom = binEnd(y, height, extent.height());
    int right = binEnd(x, width, extent.width());
    for (int row = binBegin(y, height, extent.height()); row < bottom; row++) {
      for (int column = binBegin(x, width, extent.width()); column < right; column++) {
        if ((marks.pixels()[marks.at(row, column, 0)] & WHITE) >= MASKED) {
          return true;
        }
      }
    }
    return false;
  }

  private static int binBegin(int n, int from, int to) {
    return (int) ((long) n * from / to);
  }

  private static int binEnd(int n, int from, int to) {
    return (int) (((n + 1L) * from + to - 1) / to);
  }

  /**
   * Those samples of a cut's side that lie in the picture.
   *
   * @param from the first one's number in the cut
   * @param first where it lies in the picture
   */
  private record Span(int from, int first, int step, int count) {
    static Span of(int start, int step, int length, int side) {
      int from = start < 0 ? (-start + step - 1) / step : 0;
      long first = start + (long) from * step;
      if (from >= length || first >= side) {
        return new Span(0, 0, step, 0);
      }
      long inside = (side - first + step - 1) / step;
      return new Span(from, (int) first, step, (int) Math.min(length - from, inside));
    }

    int at(int n) {
      return first + n * step;
    }
  }
}
