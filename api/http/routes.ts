import { accountRoutes } from './account-routes.ts';
import { alarmBookRoutes } from './alarm-book-routes.ts';
import type { ApiContext } from './context.ts';
import { consoleRoutes } from './console-routes.ts';
import { dayRoute } from './day-route.ts';
import { deadLetterRoutes } from './dead-letter-routes.ts';
import { documentRoutes } from './document-routes.ts';
import { exportRoutes } from './export-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { liveRoutes } from './live-routes.ts';
import { linkPictureRoutes } from './link-picture.ts';
import { merchantRoutes } from './merchant-routes.ts';
import { nowRoutes } from './now-routes.ts';
import { operatorRoutes } from './operator-routes.ts';
import { pageRoutes } from './page-routes.ts';
import { operatorSignRoutes } from './operator-sign-routes.ts';
import { pastRoutes } from './past-routes.ts';
import { peopleRoutes } from './people-routes.ts';
import type { Route } from './route.ts';
import { shownRoute } from './shown-route.ts';
import { siteChangeRoutes } from './site-change-routes.ts';
import { securityTextRoutes } from './security-text-routes.ts';
import { signRoutes } from './sign-routes.ts';
import { siteRoutes } from './site-routes.ts';
import { staffRoutes } from './staff-routes.ts';
import { tileRoutes } from './tile-file.ts';

/** Every address there is. The router, the OpenAPI document, /docs and the tests read this table. */
export function routesOf(context: ApiContext): readonly Route[] {
  const table: Route[] = [
    ...siteRoutes(context),
    ...historyRoutes(context),
    ...liveRoutes(context),
    ...documentRoutes(context, () => table),
    ...healthRoutes(context),
    ...operatorRoutes(context),
    ...nowRoutes(context),
    ...alarmBookRoutes(context),
    ...pastRoutes(context),
    dayRoute(context),
    shownRoute(context),
    ...exportRoutes(context),
    ...siteChangeRoutes(context),
    ...accountRoutes(context),
    ...staffRoutes(context),
    ...tileRoutes(context),
    ...deadLetterRoutes(context),
    ...securityTextRoutes(context),
    ...peopleRoutes(context),
    ...signRoutes(context),
    ...operatorSignRoutes(context),
    ...pageRoutes(context),
    ...consoleRoutes(context),
    ...linkPictureRoutes(context),
    ...merchantRoutes(context),
  ];
  return table;
}
