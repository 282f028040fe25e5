/**
 * Pictures that are unlike good ones, learnt from good ones alone: PatchCore (Roth et al. 2022, <a
 * href="https://arxiv.org/abs/2106.08265">Towards Total Recall in Industrial Anomaly Detection</a>)
 * on a frozen vision transformer. Nothing is trained: what good parts look like, patch by patch, is
 * kept, and a patch is anomalous as far as it is from the nearest one kept.
 *
 * <p>Start at {@link io.haori.inference.anomaly.AnomalyDetector}: it is fitted to pictures and
 * scores others. {@link io.haori.inference.anomaly.PatchFeatures} are what patches are compared by,
 * {@link io.haori.inference.anomaly.GreedyCoreset} chooses which are kept, {@link
 * io.haori.inference.anomaly.PatchMemory} finds the nearest, {@link
 * io.haori.inference.anomaly.AnomalyFolder} keeps all that on the disk.
 *
 * <pre>{@code
 * try (TextBase base = TextBase.open("models/dinov2-small");
 *     AnomalyDetector detector = AnomalyDetector.fit(base, good, AnomalySettings.usual(base))) {
 *   AnomalyMap map = detector.score(List.of(Row.ofImage(Path.of("part.png"), null))).get(0);
 *   boolean anomalous = map.score() > detector.threshold();
 * }
 * }</pre>
 */
@NullMarked
package io.haori.inference.anomaly;

import org.jspecify.annotations.NullMarked;
