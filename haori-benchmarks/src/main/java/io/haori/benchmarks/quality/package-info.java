/**
 * Programs that measure how right answers are: {@link io.haori.benchmarks.quality.FewLabels} fits
 * few rows in ways that are named, {@link io.haori.benchmarks.quality.DomainProbe} asks whether a
 * module that was learnt from texts without labels moves what a probe can read. What came out is in
 * docs/STUDIES.md, with the commands.
 */
@NullMarked
package io.haori.benchmarks.quality;

import org.jspecify.annotations.NullMarked;
