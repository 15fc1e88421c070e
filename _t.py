import time,sys,os
from dataclasses import replace
from datetime import datetime,timedelta
from qc.access import LOCAL
from qc.config import Settings
from qc.desk import Desk,Selection
url=sys.argv[1]
d=Desk.open(Settings(database=url),LOCAL)
n=datetime(2026,4,1)
sel={"day":Selection(since=n-timedelta(days=1),until=n),"week":Selection(since=n-timedelta(days=7),until=n),"month":Selection(since=n-timedelta(days=28),until=n),"all":Selection()}
for name,s in sel.items():
    w=replace(s,since=s.since and s.since-timedelta(days=28))
    row={}
    for k,f in {"sums":lambda:d.sums(s),"course":lambda:d.course(w),"items":lambda:d.item_course(w),"first":lambda:d.hear_first(s,8),"agents":lambda:d.agents(s),"agent_items":lambda:d.agent_items(s),"agent course":lambda:d.agent_course(replace(w,agents=("A007",))),"team course":lambda:d.agent_course(replace(w,teams=("Team 07",))),"options":lambda:d.options(s)}.items():
        ts=[]
        for _ in range(3):
            t=time.perf_counter(); f(); ts.append(1000*(time.perf_counter()-t))
        row[k]=round(min(ts))
    print(name,row)
from streamlit.testing.v1 import AppTest
from qc.ui.server.application import SCRIPT
os.environ["QC_DATABASE"]=url
for page,q in (("overview",{"period":"day"}),("overview",{"period":"month"}),("overview",{"period":"all"}),("agents",{}),("agents",{"agent_name":"A007"}),("agents",{"agent_name":"A007","period":"all"})):
    app=AppTest.from_file(str(SCRIPT),default_timeout=120); app.query_params.update({"lang":"en",**q})
    if page!="overview": app.switch_page(f"../pages/{page}.py")
    app.run(); ts=[]
    for _ in range(3):
        t=time.perf_counter(); app.run(); ts.append(round(1000*(time.perf_counter()-t)))
    assert not app.exception
    print(page,q,ts)
