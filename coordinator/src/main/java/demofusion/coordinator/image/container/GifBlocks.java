package demofusion.coordinator.image.container;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.stream.ImageInputStream;

/** The blocks of a GIF (GIF89a), to its trailer. */
final class GifBlocks {
  private static final int EXTENSION = 0x21;
  private static final int PICTURE = 0x2c;
  private static final int TRAILER = 0x3b;
  private static final int COMMENT = 0xfe;

  private final ImageInputStream in;
  private final PictureHead.Notes notes;

  GifBlocks(ImageInputStream in, PictureHead.Notes notes) {
    this.in = in;
    this.notes = notes;
  }

  void read() throws IOException {
    PictureHead.skip(in, 10); // signature, width, height
    int flags = in.readUnsignedByte();
    PictureHead.skip(in, 2);
    skipPalette(flags);
    boolean hasPicture = false;
    for (int type = in.readUnsignedByte(); type != TRAILER; type = in.readUnsignedByte()) {
      switch (type) {
        case 0 -> {} // padding, which some leave between blocks
        case EXTENSION -> takeExtension();
        case PICTURE -> {
          if (hasPicture) {
            notes.animated();
          }
          hasPicture = true;
          PictureHead.skip(in, 8); // where it lies
          skipPalette(in.readUnsignedByte());
          PictureHead.skip(in, 1); // bits of the first codes
          skipSubBlocks();
        }
        default -> throw new IOException("it has a block of the unknown type " + type);
      }
    }
  }

  private void skipPalette(int flags) throws IOException {
    if ((flags & 0x80) != 0) {
      PictureHead.skip(in, 3L << ((flags & 7) + 1));
    }
  }

  private void takeExtension() throws IOException {
    if (in.readUnsignedByte() != COMMENT) {
      skipSubBlocks();
      return;
    }
    ByteArrayOutputStream comment = new ByteArrayOutputStream();
    for (int length = in.readUnsignedByte(); length > 0; length = in.readUnsignedByte()) {
      comment.writeBytes(PictureHead.take(in, length));
    }
    notes.text(PictureHead.COMMENT, UserComment.words(comment.toByteArray()));
  }

  private void skipSubBlocks() throws IOException {
    for (int length = in.readUnsignedByte(); length > 0; length = in.readUnsignedByte()) {
      PictureHead.skip(in, length);
    }
  }
}
