package demofusion.protocol.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PictureFormatTest {
  @Test
  void namesFormatsThatAreNotRead() {
    assertThat(refusal("\0\0\0 ftypavif\0\0\0\0mif1miafMA1B")).contains("an AVIF picture");
    assertThat(refusal("\0\0\0\u0018ftypmif1\0\0\0\0mif1avif")).contains("an AVIF picture");
    assertThat(refusal("\0\0\0\u0018ftypheic\0\0\0\0mif1heic")).contains("a HEIC picture");
    assertThat(refusal("\0\0\0\u0018ftypisom\0\0\0\0isomavc1")).contains("a video");
    assertThat(refusal("\u00ff\nabc")).contains("a JPEG XL picture");
    assertThat(refusal("\0\0\0\fJXL \r\n\u0087\n")).contains("a JPEG XL picture");
    assertThat(refusal("\0\0\0\fjP  \r\n\u0087\n")).contains("a JPEG 2000 picture");
    assertThat(refusal("MM\0+\0\b")).contains("a BigTIFF");
    assertThat(refusal("8BPS\0\1")).contains("a Photoshop document");
    assertThat(refusal("%PDF-1.7")).contains("a PDF document");
    assertThat(refusal("<?xml version=\"1.0\"?>\n<!-- x -->\n<svg width=\"1\">"))
        .isEqualTo("is an SVG drawing; convert it to PNG, JPEG or WebP");
    assertThat(refusal("\u00ef\u00bb\u00bf <svg>")).contains("an SVG drawing");
  }

  @Test
  void takesNothingElseForAPicture() {
    for (String text : new String[] {"", "BMW, a car", "RIFF\0\0\0\0WAVE", "<html><svg></html>"}) {
      assertThat(refusal(text))
          .isEqualTo("is not a readable image; it must be a PNG, JPEG, WebP, TIFF, GIF or BMP");
    }
  }

  private static String refusal(String head) {
    return PictureFormat.refusal(head.getBytes(ISO_8859_1)).orElseThrow();
  }
}
