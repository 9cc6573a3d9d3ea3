import { backend_util, type TensorInfo } from "@tensorflow/tfjs-core";

/** Sizes of a convolution or pooling on [batch, height, width, channels]. */
export interface Geometry {
  batch: number;
  inHeight: number;
  inWidth: number;
  inChannels: number;
  outHeight: number;
  outWidth: number;
  outChannels: number;
  filterHeight: number;
  filterWidth: number;
  strideHeight: number;
  strideWidth: number;
  dilationHeight: number;
  dilationWidth: number;
  padTop: number;
  padLeft: number;
}

/** What tfjs passes to its convolution kernels. */
export interface ConvAttrs {
  strides: number | [number, number];
  pad: "valid" | "same" | number | backend_util.ExplicitPadding;
  dataFormat?: "NHWC" | "NCHW";
  /** Layers of tfjs pass `null` where none is asked for. */
  dilations?: number | [number, number] | null;
  dimRoundingMode?: "floor" | "round" | "ceil";
}

/** Padding as tfjs' geometry takes it: a number means as many pixels at each side, whatever the filter's shape. */
export const paddingOf = (pad: "same" | "valid" | number): "same" | "valid" | backend_util.ExplicitPadding =>
  typeof pad === "number"
    ? [
        [0, 0],
        [pad, pad],
        [pad, pad],
        [0, 0],
      ]
    : pad;

export function convGeometry(
  xShape: number[],
  filterShape: number[],
  { strides, pad, dilations, dimRoundingMode }: ConvAttrs,
  depthwise = false,
): Geometry {
  return fromInfo(
    backend_util.computeConv2DInfo(
      xShape as [number, number, number, number],
      filterShape as [number, number, number, number],
      strides,
      dilations ?? 1,
      pad,
      dimRoundingMode,
      depthwise,
    ),
  );
}

export function poolGeometry(
  x: TensorInfo,
  { filterSize, strides, pad, dimRoundingMode }: ConvAttrs & { filterSize: number | [number, number] },
): Geometry {
  const shape = x.shape as [number, number, number, number];
  return fromInfo(backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode));
}

function fromInfo(info: backend_util.Conv2DInfo): Geometry {
  return {
    batch: info.batchSize,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    inChannels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels: info.outChannels,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    dilationHeight: info.dilationHeight,
    dilationWidth: info.dilationWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  };
}

/** The geometry as the arguments that end every convolution kernel. */
export function geometryArgs(g: Geometry): number[] {
  return [
    ...[g.inHeight, g.inWidth, g.inChannels, g.outHeight, g.outWidth, g.outChannels, g.filterHeight, g.filterWidth],
    ...[g.strideHeight, g.strideWidth, g.dilationHeight, g.dilationWidth, g.padTop, g.padLeft],
  ];
}

/** The convolution that turns dy into dx at stride 1: sizes exchanged, padding complemented. */
export function backwards(g: Geometry): Geometry {
  return {
    ...g,
    inHeight: g.outHeight,
    inWidth: g.outWidth,
    inChannels: g.outChannels,
    outHeight: g.inHeight,
    outWidth: g.inWidth,
    outChannels: g.inChannels,
    padTop: (g.filterHeight - 1) * g.dilationHeight - g.padTop,
    padLeft: (g.filterWidth - 1) * g.dilationWidth - g.padLeft,
  };
}
