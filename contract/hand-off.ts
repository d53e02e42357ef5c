/** Apps that a driver may be handed to. No schema library here: the driver's page imports this. */
export const HAND_OFF_APPS = ['kakao', 'naver', 'tmap', 'google', 'apple', 'geo'] as const;
export type HandOffApp = (typeof HAND_OFF_APPS)[number];
