package demofusion.worker.model.network;

import demofusion.protocol.model.Additions;
import demofusion.protocol.model.EmbeddingUse;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.text.EmbeddingFile;
import demofusion.worker.model.text.TextEmbedding;
import java.util.ArrayList;
import java.util.List;

/** The embeddings that work names, and those that are bundled in its LoRAs. */
final class PromptEmbeddings {
  private PromptEmbeddings() {}

  /** Small files, which are read anew for each text. */
  static List<TextEmbedding> of(Additions additions, AdditionFiles files) {
    List<TextEmbedding> embeddings = new ArrayList<>();
    for (EmbeddingUse use : additions.embeddings()) {
      embeddings.add(EmbeddingFile.read(files.locate(use.hash()), use.word()));
    }
    for (LoraUse use : additions.loras()) {
      if (use.weight() != 0 || use.textWeight() != 0) {
        embeddings.addAll(EmbeddingFile.bundledIn(SafetensorsFile.open(files.locate(use.hash()))));
      }
    }
    return embeddings;
  }
}
