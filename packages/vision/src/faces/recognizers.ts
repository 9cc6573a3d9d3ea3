import { type Classifier, kNeighbors, linearDiscriminant, pca, pipeline, svc } from "@earshot/models";
import type { FaceFeatureKind } from "./faceFeatures.js";
import { patternNearest } from "./patternNearest.js";

/** Known ways to tell people apart. */
export type FaceRecognizerKind = keyof typeof recognizers;

/** A way: what is made of a face, and the classifier that learns it. */
export interface FaceRecognizerPlan {
  features: FaceFeatureKind;
  /** A new, unfitted one of @earshot/models; kept in model folders like any other. */
  create(): Classifier;
}

/**
 * The usual recognisers: eigenfaces (Turk & Pentland 1991), Fisherfaces (Belhumeur et al. 1997), LBPH (Ahonen et al. 2004), support
 * vectors on gradients and on patterns, and discriminants on patterns, which are best on ORL.
 */
export const recognizers = {
  eigenfaces: plan("pixels", () => pipeline(pca({ nComponents: 0.99 }), kNeighbors({ nNeighbors: 1 }))),
  fisherfaces: plan("pixels", () => pipeline(pca({ nComponents: 0.999 }), linearDiscriminant({ shrinkage: 0.1 }))),
  lbph: plan("patterns", patternNearest),
  hogSvm: plan("gradients", () => svc({ kernel: "linear", c: 10 })),
  lbpSvm: plan("evenPatterns", () => svc({ kernel: "linear", c: 10 })),
  lbpDiscriminant: plan("evenPatterns", () =>
    pipeline(pca({ nComponents: 0.9999 }), linearDiscriminant({ shrinkage: 0.1 })),
  ),
} as const;

function plan(features: FaceFeatureKind, create: () => Classifier): FaceRecognizerPlan {
  return { features, create };
}
